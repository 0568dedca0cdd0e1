"""F20, F21. Guards: a release that reads yesterday's journal differently, or takes tomorrow's or a stranger's for its own."""
import json
import os
import shutil
import unittest

from omega_case import BAD_DATA, CONFIG, LANES, SOURCE, USAGE, OmegaCase, main

GOLDEN = SOURCE / "tests" / "golden"
TYPES = 18  # of the schema, checkpoints included


class Golden(OmegaCase):
    def restored(self, name="v1.1-paper"):
        shutil.rmtree(self.dir / "j", ignore_errors=True)
        self.omega("journal", "restore", GOLDEN / f"{name}.tar.zst", "j")
        return self.dir / "j"

    def test_every_golden_journal_is_read_to_its_recorded_digests(self):
        archives = sorted(GOLDEN.glob("*.tar.zst"))
        self.assertGreaterEqual(len(archives), 4)
        for archive in archives:
            with self.subTest(archive.name):
                self.restored(archive.name.removesuffix(".tar.zst"))
                self.omega("journal", "check", "j")
                info = self.json("journal", "info", "j")
                wanted = json.loads(archive.with_name(archive.name.removesuffix(".tar.zst") + ".json").read_text())
                self.assertEqual({k: info[k] for k in wanted}, wanted)
                lines = self.omega("journal", "cat", "j").stdout.splitlines()
                self.assertEqual(len(lines), sum(lane["frames"] for lane in wanted["lanes"]))
                self.assertLess(archive.stat().st_size, 1 << 20)

    def test_the_golden_journals_hold_every_event_type(self):
        self.restored("v1.1-every-type")
        types = {t for lane in self.json("journal", "info", "j")["lanes"] for t in lane["types"]}
        self.assertEqual(len(types), TYPES, types)

    def test_a_journal_of_a_newer_version_is_refused_naming_both_versions(self):
        commands = [("journal", "info", "j"), ("journal", "check", "j"), ("journal", "cat", "j"), ("verify", "j"),
                    ("journal", "repair", "j", "--yes"), ("journal", "rebuild", "j"), ("journal", "backup", "j", "b.tar.zst"),
                    ("run", "--config", CONFIG, "--quiet", "--profile", "green_only", "--feed", "journal:j", "--journal", "out")]
        for key, says in (("schema_version", "format 1 and schema 3"), ("format_version", "format 2 and schema 1")):
            manifest = self.restored() / "manifest.json"
            manifest.write_text(manifest.read_text().replace(f'"{key}": 1', f'"{key}": {3 if key == "schema_version" else 2}'))
            before = manifest.read_bytes()
            for command in commands:
                with self.subTest(key, command=command[:2]):
                    self.refused(BAD_DATA, [says, "this program knows format 1 and schema 2", "use the newer program"], *command)
            self.assertEqual(manifest.read_bytes(), before)

    def test_a_segment_of_a_newer_schema_is_refused_naming_both_versions(self):
        segment = self.restored() / "inputs" / "00000001.seg"
        data = bytearray(segment.read_bytes())
        data[14] = 3
        data[60:64] = crc32c(bytes(data[:60])).to_bytes(4, "little")
        segment.write_bytes(data)
        self.assertIn("schema version 3 is newer than this program's 2", self.omega("journal", "check", "j", code=1).stdout)
        self.refused(BAD_DATA, ["inputs, segment 00000001.seg, offset 0", "schema version 3", "program's 2"], "journal", "cat", "j")

    def test_strangers_and_empty_files_get_one_clear_line(self):
        png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
        folders = {"no such": (None, USAGE), "a file": (b"x", USAGE), "empty": ({}, BAD_DATA), "picture": ({"a.png": png}, BAD_DATA),
                   "empty manifest": ({"manifest.json": b""}, BAD_DATA), "png manifest": ({"manifest.json": png}, BAD_DATA),
                   "random manifest": ({"manifest.json": os.urandom(4000)}, BAD_DATA),
                   "foreign manifest": ({"manifest.json": b'{"name": "web app", "version": 3}'}, BAD_DATA),
                   "array manifest": ({"manifest.json": b"[1,2]"}, BAD_DATA),
                   "deep manifest": ({"manifest.json": b"[" * 100000}, BAD_DATA)}
        for name, (files, code) in folders.items():
            path = self.dir / "f"
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()
            if isinstance(files, bytes):
                path.write_bytes(files)
            elif files is not None:
                path.mkdir()
                for file, data in files.items():
                    (path / file).write_bytes(data)
            for command in (("journal", "info"), ("journal", "check"), ("journal", "cat"), ("verify",), ("journal", "repair"), ("journal", "rebuild")):
                with self.subTest(name, command=command):
                    self.refused(code, ["f"], *command, "f")
            if path.is_dir():
                self.assertFalse((path / "lock").exists(), "a stranger's folder gets no file of ours")

    def test_foreign_segments_are_refused_by_name(self):
        self.paper("other", "--set", "engine.journal.segment_kib=64", seed=9, days=2)
        good = (self.restored() / "inputs" / "00000002.seg").read_bytes()
        swapped = bytes(good[:8][::-1]) + bytes(good[8:12][::-1]) + good[12:]
        strangers = {"empty": b"", "png": b"\x89PNG\r\n\x1a\n" + good[8:], "zeros": bytes(len(good)), "random": os.urandom(len(good)),
                     "big-endian": swapped, "another run's": (self.dir / "other" / "inputs" / "00000002.seg").read_bytes(),
                     "another lane's": (self.dir / "j" / "features" / "00000002.seg").read_bytes()}
        for name, data in strangers.items():
            with self.subTest(name):
                (self.dir / "j" / "inputs" / "00000002.seg").write_bytes(data)
                self.assertRegex(self.omega("journal", "check", "j", code=1).stdout, r"inputs: corrupt in 00000002\.seg at offset \d+")
                self.assert_one_error(self.omega("journal", "cat", "j", "--lane", "inputs", code=BAD_DATA).stderr, ["segment 00000002.seg"])
                self.refused(BAD_DATA, ["00000002.seg"], "journal", "repair", "j", "--yes")


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


if __name__ == "__main__":
    main()
