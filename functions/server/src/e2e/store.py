"""What a data folder holds, read behind the server's back: blob files, and the records that name them."""

import json
import sqlite3


def connect(data):
    return sqlite3.connect(f"file:{data / 'lading.db'}?mode=ro", uri=True, timeout=30)


def rows(data, kind):
    """Documents of the records of one kind: bytes, manifest, upload, ..."""
    connection = connect(data)
    try:
        found = connection.execute("SELECT doc FROM record WHERE pk >= ? AND pk < ?", (f"{kind}#", f"{kind}$"))
        return [json.loads(document) for (document,) in found]
    finally:
        connection.close()


def blob_file(data, key):
    return data / "blobs" / key[:2] / key


def files(data):
    """Keys that have a file."""
    return {file.name for file in (data / "blobs").glob("??/*")}


def stored(data):
    """Keys of finished content and their sizes in bytes, as the records tell."""
    blobs = {row["key"]: row["sizeBytes"] for row in rows(data, "bytes")}
    bodies = {row["bodyKey"]: row["sizeBytes"] for row in rows(data, "manifest") if row.get("bodyKey")}
    return blobs | bodies


def uploads(data):
    """Keys of uploads under way."""
    return {row["key"] for row in rows(data, "upload")}


def orphans(data):
    """Keys of files that no record names. The files are looked at first: a record is older than its file."""
    found = files(data)
    return {key for key in found - set(stored(data)) - uploads(data) if blob_file(data, key).exists()}


def damaged(data):
    """Keys that a record names as stored, but whose file is missing or of another size."""

    def size(key):
        file = blob_file(data, key)
        return file.stat().st_size if file.exists() else None

    return {key for key, expected in stored(data).items() if size(key) != expected}
