# gatekeeper on Debian 12. Mount your own gatekeeper.toml with its councils over /etc/gatekeeper, and keep the volume:
# it holds the held mail and the sealed record. Doors and the web page must be told to listen on 0.0.0.0 in that file.
FROM python:3.11-slim-bookworm AS build

WORKDIR /src
COPY requirements.txt requirements-build.txt ./
RUN python -m venv /opt/gatekeeper \
    && /opt/gatekeeper/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.txt
COPY pyproject.toml LICENSE README.md ./
COPY gatekeeper gatekeeper
COPY config config
COPY migrations migrations
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /src/dist \
    && /opt/gatekeeper/bin/pip install --no-cache-dir --no-index --no-deps /src/dist/*.whl


FROM python:3.11-slim-bookworm

RUN useradd --system --home-dir /var/lib/gatekeeper --shell /usr/sbin/nologin gatekeeper \
    && install -d -o gatekeeper -g gatekeeper -m 0750 /var/lib/gatekeeper
COPY --from=build /opt/gatekeeper /opt/gatekeeper
COPY config /etc/gatekeeper

ENV PATH=/opt/gatekeeper/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GATEKEEPER_CONFIG=/etc/gatekeeper/gatekeeper.toml
USER gatekeeper
# A store given as a relative path, like the demo council's, is made below this folder.
WORKDIR /var/lib/gatekeeper
VOLUME /var/lib/gatekeeper
EXPOSE 10025 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=30s --start-period=30s CMD ["gatekeeper", "doctor"]
CMD ["gatekeeper", "serve"]
