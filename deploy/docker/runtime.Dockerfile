# The image in which jobs run Python on Kubernetes, without a GPU:
#   docker build -f deploy/docker/runtime.Dockerfile -t mle-smith-runtime .     (or podman build, buildah build)
# It holds Python 3.11, the packages of libs/mle-env/requirements.lock and mle_env, and neither compiler nor pip.
# `npm run testbed runtime-image` makes the like of it without an engine.

FROM debian:bookworm-slim AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 python3 \
 && rm -rf /var/lib/apt/lists/*

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip
COPY tools/bootstrap/uv.lock /build/
COPY libs/mle-env/requirements.lock /build/
RUN python3 -m pip install --quiet --no-deps --require-hashes --target /opt/uv -r /build/uv.lock \
 && /opt/uv/bin/uv venv --quiet --python /usr/bin/python3 /mle-smith/venv \
 && VIRTUAL_ENV=/mle-smith/venv /opt/uv/bin/uv pip install --quiet --link-mode copy --require-hashes -r /build/requirements.lock
COPY libs/mle-env/src /mle-smith/src
# Commands, tests and headers serve nobody here. Times of files are no part of an image: bytecode must not look at them.
RUN find /mle-smith/venv/bin -type f -delete \
 && find /mle-smith/venv -type d \( -name tests -o -name test -o -name include \) -prune -exec rm -r {} + \
 && find /mle-smith/src -name 'test_*.py' -delete \
 && echo /mle-smith/src >/mle-smith/venv/lib/python3.11/site-packages/mle-smith.pth \
 && { python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /mle-smith || :; }

FROM base
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mle-smith-runtime" \
      org.opencontainers.image.description="Python for the jobs of MLE-Smith" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build --chown=root:root /mle-smith /mle-smith
ENV LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
CMD ["/mle-smith/venv/bin/python"]
