"""What `launcher.py` puts right of the emulator, as far as nothing else here would notice it missing."""

import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

from emulator import Emulator

PART = bytes(5 * 1024 * 1024)


class EmulatorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.s3 = cls.enterClassContext(Emulator()).client("s3")
        cls.s3.create_bucket(Bucket="lading")

    def upload(self, announced, sent):
        """Uploads a blob in two parts, completed by their ETags alone."""
        named = {"Bucket": "lading", "Key": f"{announced}-{sent}"}
        upload = self.s3.create_multipart_upload(**named, **announced)["UploadId"]
        parts = [
            {
                "PartNumber": number,
                "ETag": self.s3.upload_part(**named, **sent, UploadId=upload, PartNumber=number, Body=PART)["ETag"],
            }
            for number in (1, 2)
        ]
        return self.s3.complete_multipart_upload(**named, UploadId=upload, MultipartUpload={"Parts": parts})

    def test_parts_with_checksums_that_were_not_announced_are_not_found(self):
        with self.assertRaisesRegex(self.s3.exceptions.ClientError, "InvalidPart.*could not be found"):
            self.upload({}, {"ChecksumAlgorithm": "CRC32"})
        self.upload({"ChecksumAlgorithm": "CRC32"}, {"ChecksumAlgorithm": "CRC32"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
