# Training of roles and reasoners; the engine is there too, for figures in between (`validation`) and to import what was trained.
#
#   docker build -f containers/training.Dockerfile -t videomind-training .
#   docker run --rm --gpus all -v /data:/data -v /runs:/runs videomind-training train grounder --config /data/my.yaml
FROM node:24-bookworm-slim AS node

FROM python:3.12-slim-bookworm

# Whatever the distribution has mended by then:
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates ffmpeg \
  && rm -rf /var/lib/apt/lists/*
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm

WORKDIR /videomind
COPY training/requirements.lock training/requirements.lock
RUN pip install --no-cache-dir -r training/requirements.lock
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY native-models native-models
COPY electron electron
COPY assets assets
COPY training training

ENV FFMPEG_BIN=/usr/bin/ffmpeg \
  PYTHONPATH=/videomind/training \
  VIDEOMIND_CACHE_DIR=/cache
RUN useradd --create-home videomind && mkdir /cache /runs && chown videomind:videomind /cache /runs
USER videomind
WORKDIR /runs
ENTRYPOINT ["python", "-m", "videomind_training"]
CMD ["--help"]
