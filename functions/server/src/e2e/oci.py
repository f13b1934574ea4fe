"""Images made from random bytes, as values and as OCI layouts on disk."""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def sha256(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def sha512(content):
    return "sha512:" + hashlib.sha512(content).hexdigest()


def descriptor(media_type, content, **more):
    return {"mediaType": media_type, "digest": sha256(content), "size": len(content), **more}


def tar(files, mode=0o644, mtime=0):
    """A tar archive of {name: bytes}, the same for the same files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = len(content), mode, mtime
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@dataclass(frozen=True)
class Image:
    manifest: bytes
    blobs: tuple  # the config, then the layers

    @property
    def digest(self):
        return sha256(self.manifest)


def image(layers, architecture="amd64", annotations=None, **settings):
    """An image of uncompressed layer tars. `settings`: more of its configuration."""
    packed = [gzip.compress(layer, 1, mtime=0) for layer in layers]
    rootfs = {"type": "layers", "diff_ids": [sha256(layer) for layer in layers]}
    config = {"architecture": architecture, "os": "linux", "config": {}, "rootfs": rootfs, **settings}
    return assemble(json.dumps(config).encode(), packed, annotations)


def raw_image(layers, annotations=None):
    """An image whose layers are any bytes: for pushes, not for a container engine."""
    return assemble(json.dumps({"layers": [sha256(layer) for layer in layers]}).encode(), layers, annotations)


def assemble(config, layers, annotations):
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config),
        "layers": [descriptor(LAYER, layer) for layer in layers],
        **({"annotations": annotations} if annotations else {}),
    }
    return Image(json.dumps(manifest).encode(), (config, *layers))


def index(images):
    """An index of {architecture: image}."""
    manifests = [
        descriptor(MANIFEST, each.manifest, platform={"os": "linux", "architecture": architecture})
        for architecture, each in images.items()
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}).encode()


def write_layout(folder, top, media_type, images, tag):
    """An OCI layout whose `tag` is the manifest or index `top`."""
    (folder / "blobs/sha256").mkdir(parents=True)
    for content in [top, *(each.manifest for each in images), *(blob for each in images for blob in each.blobs)]:
        (folder / "blobs/sha256" / sha256(content).removeprefix("sha256:")).write_bytes(content)
    entry = descriptor(media_type, top, annotations={"org.opencontainers.image.ref.name": tag})
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))


def layout_digests(folder):
    """Digests at the top of a layout, each of its files having been checked against its name."""
    for file in (folder / "blobs/sha256").iterdir():
        if sha256(file.read_bytes()) != f"sha256:{file.name}":
            raise AssertionError(f"{file} does not hold what its name says")
    return [entry["digest"] for entry in json.loads((folder / "index.json").read_text())["manifests"]]
