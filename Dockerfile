# The server with the built-in engines; its AudioSocket port is for a PBX on the same host or network.
FROM python:3.13-slim-bookworm

WORKDIR /opt/voicebot
COPY . .
RUN pip install --no-cache-dir ".[embedded]" \
 && useradd --system --home /var/lib/voicebot --create-home voicebot
USER voicebot
ENV VOICEBOT_VAR_DIR=/var/lib/voicebot
VOLUME /var/lib/voicebot
EXPOSE 9092
STOPSIGNAL SIGTERM
CMD ["voicebot", "serve", "--config", "/opt/voicebot/docs/voicebot.example.yaml"]
