"""What operators run and copy: the Compose file, the systemd unit, the configuration of other PBXs."""
