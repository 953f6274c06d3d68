# The bot with its built-in engines. compose.yaml runs it beside an Asterisk of its own.
FROM python:3.13-slim-bookworm AS build
ARG EXTRAS=embedded,postgres
COPY . /source
RUN python -m venv /opt/voicebot \
 && /opt/voicebot/bin/pip install --no-cache-dir "/source[$EXTRAS]"

FROM python:3.13-slim-bookworm
COPY --from=build /opt/voicebot /opt/voicebot
COPY docs/voicebot.example.yaml /etc/voicebot/voicebot.yaml
RUN useradd --system --user-group --uid 10001 --home-dir /var/lib/voicebot voicebot \
 && install -d -o voicebot -g voicebot -m 700 /var/lib/voicebot
ENV PATH=/opt/voicebot/bin:$PATH VOICEBOT_VAR_DIR=/var/lib/voicebot PYTHONDONTWRITEBYTECODE=1
USER voicebot
WORKDIR /var/lib/voicebot
VOLUME /var/lib/voicebot
STOPSIGNAL SIGTERM
CMD ["voicebot", "serve", "--config", "/etc/voicebot/voicebot.yaml"]
