"""Whatever comes over the network is read, or refused with the one error of its reader."""
