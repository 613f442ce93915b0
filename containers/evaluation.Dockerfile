# Benchmarks on a cluster or a server: the command line and nothing else.
#
#   docker build -f containers/evaluation.Dockerfile -t videomind-evaluation .
#   docker run --rm -v /data:/data -v /packages:/packages -v /runs:/runs videomind-evaluation \
#     eval run charades_sta --data /data --model /packages/videomind-2b --out /runs/charades
FROM node:24-bookworm-slim

# Videos are decoded behind Landlock where the kernel has it, as on any other machine.
# Whatever the distribution has mended by then:
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates ffmpeg \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /videomind
COPY package.json package-lock.json ./
# The image's own Node and FFmpeg are used: no package's install script brings another.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY native-models native-models
COPY electron electron
COPY assets assets
COPY bench/cluster bench/cluster

ENV FFMPEG_BIN=/usr/bin/ffmpeg \
  VIDEOMIND_CACHE_DIR=/cache \
  VIDEOMIND_DATA_DIR=/library
RUN mkdir /cache /library /runs && chown node:node /cache /library /runs
USER node
WORKDIR /runs
ENTRYPOINT ["node", "/videomind/electron/cli/launch.mjs"]
CMD ["--help"]
