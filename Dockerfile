# The image of all jobs. Each stage lays out a part of it below /image/TIME; the last ones only copy. So what was removed is
# gone, not hidden under a layer, and no layer depends on when, or with which program, it was made. Files have the time of
# the commit: the application SOURCE_DATE_EPOCH, that which is built; the rest DEPENDENCIES_EPOCH, the last one that changed
# it, so that a commit that leaves the packages alone makes, pushes and pulls one small layer. Builders know a copy by the
# path and by the content of what they copy, not by its times: hence the path.

# `make lock` pins its digest in image/base.txt, which every build of this project passes.
ARG BASE=python:3.13-slim
ARG LIBRARY=/usr/local/lib/python3.13
# In seconds of 1970.
ARG DEPENDENCIES_EPOCH=0
ARG SOURCE_DATE_EPOCH=0

FROM ${BASE} AS base
COPY image/stages /build

# The official images ship without the standard library's bytecode; compiling it anew at every start would take four
# fifths of a short job's time. The three files under /etc are those of the build, and come from the platform at run time.
FROM base AS interpreter
ARG LIBRARY
ARG DEPENDENCIES_EPOCH
RUN part="/image/${DEPENDENCIES_EPOCH}" \
    && mkdir --parents "${part}" \
    && cp --archive /bin /etc /lib* /sbin /usr /var "${part}/" \
    && rm -f "${part}/etc/hostname" "${part}/etc/hosts" "${part}/etc/resolv.conf" \
    && mkdir "${part}/dev" "${part}/proc" "${part}/run" "${part}/sys" \
    && mkdir --mode 1777 "${part}/tmp" \
    && python -I /build/prune.py interpreter "${part}/usr/local" \
    && python -I /build/seal.py "${part}" "${LIBRARY}" "${DEPENDENCIES_EPOCH}"

# The secret is for a network whose proxy has an authority of its own.
FROM base AS packages
ARG LIBRARY
ARG DEPENDENCIES_EPOCH
RUN --mount=type=bind,source=requirements/runtime.txt,target=/lock.txt \
    --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=ca_bundle \
    part="/image/${DEPENDENCIES_EPOCH}" \
    && folder="${part}${LIBRARY}/site-packages" \
    && SSL_CERT_FILE=/run/secrets/ca_bundle python -m pip install --target "${folder}" --requirement /lock.txt \
        --require-hashes --no-deps --only-binary :all: --no-compile --quiet --root-user-action ignore \
        --disable-pip-version-check \
    && python -I /build/prune.py packages "${folder}" \
    && cp /build/cygrpc.py "${folder}/grpc/_cython/" \
    && python -I /build/seal.py "${part}" "${LIBRARY}" "${DEPENDENCIES_EPOCH}"

FROM base AS application
ARG SOURCE_DATE_EPOCH
COPY environments.json jobs.json /app/
COPY migrations /app/migrations
COPY runtime /app/runtime
RUN part="/image/${SOURCE_DATE_EPOCH}" \
    && mkdir --parents "${part}" \
    && cp --recursive /app "${part}/" \
    && cp /build/start.py "${part}/app/__main__.py" \
    && python -I /build/seal.py "${part}" /app "${SOURCE_DATE_EPOCH}"

# A layer each, and a stage for each layer: podman and buildah then commit once a stage, instead of once a line.
FROM scratch AS lowest
ARG DEPENDENCIES_EPOCH
COPY --from=interpreter /image/${DEPENDENCIES_EPOCH} /

FROM lowest AS middle
ARG DEPENDENCIES_EPOCH
COPY --from=packages /image/${DEPENDENCIES_EPOCH} /

FROM middle
ARG SOURCE_DATE_EPOCH
COPY --from=application /image/${SOURCE_DATE_EPOCH} /
ENV PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8
# For `python -m runtime`; the entry point finds its files by itself.
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["python", "-I", "-S", "/app/__main__.py"]
