# The connector as Airbyte runs it: Node's own slim image, which has the shell that the platform's launch
# script needs, and beside it only the bundle. The base is named by its tag, so that a rebuild takes up its fixes; a
# release passes the tag with its digest.
ARG BASE=node:26-slim
ARG BUILD_BASE=node:26-slim

# The bundle is of no architecture: it is made once, on the builder's own, and not under emulation.
FROM --platform=$BUILDPLATFORM $BUILD_BASE AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Nothing the bundle needs has an install script: `node` comes with the image, esbuild with its own package.
RUN npm ci --ignore-scripts
COPY spec.json tsconfig.json LICENSE ./
COPY scripts ./scripts
COPY src ./src
COPY doctor ./doctor
# The source map alone would be half of what the image adds to its base.
RUN node scripts/build.ts && rm dist/*.map

# The sandbox, for those who want to try the connector: `docker build --target sandbox`. The image that is released
# is the last one, and takes nothing from here.
FROM $BASE AS sandbox
WORKDIR /sandbox
# Without it Node would have to find out for each file what kind of module it is.
COPY package.json ./
COPY sandbox ./sandbox
USER 1000:1000
EXPOSE 8787
ENTRYPOINT ["node", "sandbox/main.ts"]
CMD ["--host", "0.0.0.0"]

FROM $BASE
# Names, version and addresses are written by `npm run release-facts` from package.json.
LABEL io.airbyte.name="localhost/source-recharge" \
      io.airbyte.version="0.2.0" \
      org.opencontainers.image.title="source-recharge" \
      org.opencontainers.image.description="Airbyte source connector for the Recharge subscription API" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.url="https://developer.rechargepayments.com/2021-11" \
      org.opencontainers.image.documentation="https://developer.rechargepayments.com/2021-11" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:26-slim"
# What only the one who builds knows: where the source is, which commit, and when (RFC 3339).
ARG SOURCE=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
COPY --from=build /build/dist/ /airbyte/
ENV NODE_ENV="production" \
    AIRBYTE_ENTRYPOINT="/airbyte/source-recharge"
WORKDIR /airbyte
# By number, so that Kubernetes can see that it is not root. This is the image's user `node`.
USER 1000:1000
ENTRYPOINT ["/airbyte/source-recharge"]
