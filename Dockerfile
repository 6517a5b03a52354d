# The image of Plenum: the built client, the locked packages, the source. Runs as nobody special,
# needs no outbound connection, and writes to /data and /tmp only.

FROM node:24-slim AS client
WORKDIR /build/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static ./
RUN npm run build

FROM python:3.13-slim AS packages
COPY requirements.txt /build/requirements.txt
RUN python -m venv /opt/plenum \
    && /opt/plenum/bin/pip install --no-cache-dir --require-hashes --no-deps -r /build/requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home plenum \
    && install --directory --owner=plenum --mode=0700 /data /data/backups
WORKDIR /app
COPY --from=packages /opt/plenum /opt/plenum
COPY LICENSE README.md pyproject.toml ./
COPY access access
COPY agenda agenda
COPY rooms rooms
COPY server server
COPY static/i18n static/i18n
COPY --from=client /build/static/dist static/dist
RUN /opt/plenum/bin/python -m compileall -q access agenda rooms server
ENV PATH=/opt/plenum/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PLENUM_MODE=production \
    PLENUM_HOST=0.0.0.0 \
    PLENUM_PORT=8000 \
    PLENUM_DATA_DIR=/data
USER plenum
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "-m", "server.healthcheck"]
CMD ["python", "-m", "server", "serve"]
