# The program alone, for machines that build handbooks:
#
#   docker build -t sternpost .
#   docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" sternpost build
#   docker run --rm -v "$PWD:/work" -p 3000:3000 sternpost serve --host 0.0.0.0

FROM rust:1-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin sternpost

# Holds the C library and nothing that can be run: no shell, no package manager. Its user is not root.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/sternpost /usr/local/bin/sternpost
USER 65532:65532
WORKDIR /work
EXPOSE 3000
ENTRYPOINT ["sternpost"]
CMD ["--help"]
