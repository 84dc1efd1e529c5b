# One static binary, no shell, no root. Each step also runs by hand:
#   CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o frontdesk ./cmd/frontdesk
#   ./frontdesk serve
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o /frontdesk ./cmd/frontdesk

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /frontdesk /frontdesk
USER 65532:65532
EXPOSE 8080
# A container is reached from elsewhere: it needs FRONTDESK_STAFF and FRONTDESK_KEY_FILE (mount them
# read-only) and FRONTDESK_REDIS_URL; without one of them the start says which. Metrics stay on the
# container's own loopback: read them from a sidecar.
ENV FRONTDESK_LISTEN=0.0.0.0:8080
ENTRYPOINT ["/frontdesk"]
CMD ["serve"]
