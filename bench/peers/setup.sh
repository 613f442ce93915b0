#!/bin/bash
# Installs the peers beside us under bench/work (git-ignored): PyTorch, transformers and peft in a virtual environment,
# llama.cpp through node-llama-cpp. Needs python3 with venv (3.10 to 3.12), npm and about 3 GB. Can be run again.
#   [PYTHON=python3.11] bench/peers/setup.sh [WORK_FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${1:-"$here/../work"}
mkdir -p "$work/llama"

if [ ! -x "$work/venv/bin/python" ]; then "${PYTHON:-python3}" -m venv "$work/venv"; fi
"$work/venv/bin/pip" install --quiet --requirement "$here/requirements.txt"

cp "$here/llama-cpp-package.json" "$work/llama/package.json"
# Without install scripts: the prebuilt library comes as a package of its own, nothing is compiled or downloaded.
(cd "$work/llama" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error)
date > "$work/peers-ready"
