# Roadreel with software OpenGL: renders anywhere, without a display and without a GPU.
#
#   docker build -t roadreel .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/data" roadreel run crossing --seed 7 --out out/a
#
# With an NVIDIA GPU and its container toolkit, `--gpus all -e NVIDIA_DRIVER_CAPABILITIES=graphics` lends its driver.

FROM python:3.11-slim-bookworm

# The same packages as tools/gl_packages.sh.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libegl1 libgl1 libgl1-mesa-dri \
    && rm -rf /var/lib/apt/lists/*

COPY pyproject.toml README.md LICENSE /src/
COPY sim /src/sim
COPY worlds /src/worlds
RUN pip install --no-cache-dir --disable-pip-version-check /src && rm -rf /src

RUN useradd --create-home --uid 1000 roadreel && install -d -o roadreel -g roadreel /data
USER roadreel
WORKDIR /data

# Fails the build where OpenGL does not open.
RUN roadreel doctor

ENTRYPOINT ["roadreel"]
CMD ["--help"]
