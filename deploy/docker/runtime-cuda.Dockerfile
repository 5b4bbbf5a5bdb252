# The image in which jobs run Python on Kubernetes with a GPU:
#   docker build -f deploy/docker/runtime-cuda.Dockerfile -t mle-smith-runtime-cuda .     (or podman build, buildah build)
# It is runtime.Dockerfile on the libraries of CUDA; the driver is the node's. What trains on a GPU is the installation's
# choice: a lock file with hashes below libs/, by --build-arg GPU_REQUIREMENTS=libs/mle-env/gpu.lock.

FROM nvidia/cuda:12.9.1-base-ubuntu22.04 AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*

FROM base AS build
ARG GPU_REQUIREMENTS=
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3-pip
COPY tools/bootstrap/uv.lock /build/
COPY libs /build/libs
# Ubuntu has no Python 3.11: the locked uv brings the one that it knows.
RUN python3 -m pip install --quiet --no-deps --require-hashes --target /opt/uv -r /build/uv.lock \
 && UV_PYTHON_INSTALL_DIR=/opt/python /opt/uv/bin/uv python install --quiet 3.11 \
 && UV_PYTHON_INSTALL_DIR=/opt/python /opt/uv/bin/uv venv --quiet --managed-python --python 3.11 /mle-smith/venv \
 && cd /build \
 && VIRTUAL_ENV=/mle-smith/venv /opt/uv/bin/uv pip install --quiet --link-mode copy --require-hashes -r libs/mle-env/requirements.lock ${GPU_REQUIREMENTS:+-r "$GPU_REQUIREMENTS"} \
 && cp -r libs/mle-env/src /mle-smith/src
# Commands, tests, headers and pip serve nobody here. Times of files are no part of an image: bytecode must not look at them.
RUN find /mle-smith/venv/bin -type f -delete \
 && find /mle-smith/venv /opt/python -type d \( -name tests -o -name test -o -name include -o -name ensurepip \) -prune -exec rm -r {} + \
 && rm -rf /opt/python/*/lib/python3.11/site-packages/* /opt/python/*/bin/pip* \
 && find /mle-smith/src -name 'test_*.py' -delete \
 && echo /mle-smith/src >/mle-smith/venv/lib/python3.11/site-packages/mle-smith.pth \
 && { /mle-smith/venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /mle-smith /opt/python || :; }

FROM base
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mle-smith-runtime-cuda" \
      org.opencontainers.image.description="Python for the jobs of MLE-Smith, with the libraries of CUDA" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build --chown=root:root /opt/python /opt/python
COPY --from=build --chown=root:root /mle-smith /mle-smith
# A pod sees the GPUs that the device plugin names for it, and without it none (the base image says: all).
ENV LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 NVIDIA_VISIBLE_DEVICES=void NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 65532:65532
CMD ["/mle-smith/venv/bin/python"]
