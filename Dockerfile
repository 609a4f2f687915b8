# The image of all jobs. Each stage lays out a part of it below /image; the last one only copies. So what was removed is
# gone, not hidden under a layer, and no layer depends on when, or with which program, it was made: the same content is the
# same layer, also where a cache supplies it. The commit's time is in the image's configuration and labels.

# `make lock` pins its digest in image/base.txt, which every build of this project passes.
ARG BASE=python:3.13-slim
ARG LIBRARY=/usr/local/lib/python3.13

FROM ${BASE} AS base
COPY image/stages /build

# The official images ship without the standard library's bytecode; compiling it anew at every start would take four
# fifths of a short job's time. The three files under /etc are those of the build, and come from the platform at run time.
FROM base AS interpreter
ARG LIBRARY
RUN mkdir /image \
    && cp --archive /bin /etc /lib* /sbin /usr /var /image/ \
    && rm -f /image/etc/hostname /image/etc/hosts /image/etc/resolv.conf \
    && mkdir /image/dev /image/proc /image/run /image/sys \
    && mkdir --mode 1777 /image/tmp \
    && python -I /build/prune.py interpreter /image/usr/local \
    && python -I /build/seal.py /image "${LIBRARY}"

# The secret is for a network whose proxy has an authority of its own.
FROM base AS packages
ARG LIBRARY
RUN --mount=type=bind,source=requirements/runtime.txt,target=/lock.txt \
    --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=authorities \
    folder="/image${LIBRARY}/site-packages" \
    && SSL_CERT_FILE=/run/secrets/authorities python -m pip install --target "${folder}" --requirement /lock.txt \
        --require-hashes --no-deps --only-binary :all: --no-compile --quiet --root-user-action ignore \
        --disable-pip-version-check \
    && python -I /build/prune.py packages "${folder}" \
    && cp /build/cygrpc.py "${folder}/grpc/_cython/" \
    && python -I /build/seal.py /image "${LIBRARY}"

FROM base AS application
COPY environments.json jobs.json /image/app/
COPY migrations /image/app/migrations
COPY runtime /image/app/runtime
RUN cp /build/start.py /image/app/__main__.py \
    && python -I /build/seal.py /image /app

FROM scratch
COPY --from=interpreter /image /
COPY --from=packages /image /
COPY --from=application /image /
ENV PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8
# For `python -m runtime`; the entry point finds its files by itself.
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["python", "-I", "-S", "/app/__main__.py"]
