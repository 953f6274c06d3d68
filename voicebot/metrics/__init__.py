"""What the server's calls are like, for Prometheus: read from the journals, shown at ``/metrics``."""
