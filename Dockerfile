# The image holds one file that runs, the CA roots, and empty folders for data
# and for the keys that open them; no shell, no packages, no root. For example:
#
#   docker build -t ab325 .
#   docker run -v ab325:/data -v ab325-keys:/keys -v /mnt/backup:/backup -p 127.0.0.1:8325:8325 \
#     -e AB325_BACKUP_TO=/backup -e AB325_BACKUP_KEY=age1... \
#     -v /etc/ab325/seal.p12:/seal.p12:ro -e AB325_SEAL=/seal.p12 -e AB325_SEAL_PASSWORD=... \
#     -e AB325_BASE_URL=https://ab325.kommune.example -e AB325_BEHIND_PROXY=true \
#     -e AB325_PROXIES=172.16.0.0/12 ab325
#   docker exec -it CONTAINER /ab325 user add -h
#
# It speaks plain http, so it starts only when told that a proxy which ends TLS
# stands in front of it, and from where: a proxy on the host comes from Docker's
# own network.

FROM node:22-bookworm-slim AS assets
WORKDIR /src/internal/web/ui
COPY internal/web/ui/package.json internal/web/ui/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY internal/web/ui ./
RUN mkdir -p ../static/dist && npm run --silent build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/internal/web/static/dist internal/web/static/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /out/ab325 ./cmd/ab325
RUN mkdir -p /out/data /out/keys /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/ab325 /ab325
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/keys /keys
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV AB325_DATA=/data AB325_KEYS=/keys AB325_ADDR=:8325
VOLUME /data /keys
EXPOSE 8325
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/ab325", "health", "-live"]
ENTRYPOINT ["/ab325"]
CMD ["serve"]
