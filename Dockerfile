# Samspel in production: one image, five processes (docker-compose.yml says which). Nothing in it is secret.

FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY dev/build.mjs dev/
COPY static/src static/src
RUN node dev/build.mjs

FROM python:3.11-slim-bookworm AS wheels
WORKDIR /build
COPY requirements/base.txt .
RUN python -m venv /opt/samspel \
    && /opt/samspel/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r base.txt

FROM python:3.11-slim-bookworm AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin samspel
ENV PATH=/opt/samspel/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/samspel \
    STATIC_ROOT=/app/staticfiles
WORKDIR /app
COPY --from=wheels /opt/samspel /opt/samspel
COPY manage.py gunicorn.conf.py ./
COPY portal portal
COPY programs programs
COPY agreements agreements
COPY media_catalog media_catalog
COPY templates templates
COPY --from=assets /build/static/dist static/dist
# collectstatic needs a key to start, but puts none into the image.
RUN SECRET_KEY=only-for-collectstatic DATABASE_URL=sqlite://:memory: python manage.py collectstatic --noinput \
    && install -d -o samspel -g samspel /var/lib/samspel /var/lib/samspel/private /var/lib/samspel/uploads
USER samspel
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/halsa/live', timeout=4)"]
CMD ["gunicorn", "portal.wsgi:application"]
