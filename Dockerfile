# The connector as Airbyte runs it: Node's own slim image, which has the shell that the platform's launch
# script needs, and beside it only the bundle. The base is named by its tag so that a rebuild takes up its fixes.
FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Nothing the bundle needs has an install script: `node` comes with the image, esbuild with its own package.
RUN npm ci --ignore-scripts
COPY spec.json tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
# The source map alone would be half of what the image adds to its base.
RUN node scripts/build.ts && rm dist/*.map

# The sandbox, for those who want to try the connector: `docker build --target sandbox`. The image that is released
# is the last one, and takes nothing from here.
FROM node:26-slim AS sandbox
WORKDIR /sandbox
# Without it Node would have to find out for each file what kind of module it is.
COPY package.json ./
COPY sandbox ./sandbox
USER 1000:1000
EXPOSE 8787
ENTRYPOINT ["node", "sandbox/main.ts"]
CMD ["--host", "0.0.0.0"]

FROM node:26-slim
LABEL io.airbyte.name="airbyte/source-recharge" \
      io.airbyte.version="0.2.0" \
      org.opencontainers.image.title="source-recharge" \
      org.opencontainers.image.description="Airbyte source connector for the Recharge subscription API" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:26-slim"
COPY --from=build /build/dist/ /airbyte/
ENV NODE_ENV="production" \
    AIRBYTE_ENTRYPOINT="/airbyte/source-recharge"
WORKDIR /airbyte
# By number, so that Kubernetes can see that it is not root. This is the image's user `node`.
USER 1000:1000
ENTRYPOINT ["/airbyte/source-recharge"]
