"""Guards: a backup that does not hold what it says, a restore that lets damage through or leaves half a journal."""
import json
import shutil
import signal
import subprocess
import time
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, LANES, LOOSE, USAGE, OmegaCase, main

END_MARK = 32


class Backup(OmegaCase):
    def files(self, folder):
        return {str(p.relative_to(self.dir / folder)): p.read_bytes() for p in sorted((self.dir / folder).rglob("*"))
                if p.is_file() and p.name not in ("lock", "backup.json")}

    def sound(self, journal):
        self.omega("journal", "check", journal)
        self.assertTrue(self.json("verify", journal)["identical"])

    def test_a_closed_journal_comes_back_to_the_byte_from_a_file_and_from_a_folder(self):
        self.paper("j", *LOOSE, "--set", "engine.journal.segment_kib=256", days=4)
        digests = set()
        for out in ("b.tar.zst", "b", "b-again.tar.zst"):
            made = self.json("journal", "backup", "j", out)
            back = self.json("journal", "restore", out, f"from-{out}")
            digests |= {made["digest"], back["digest"]}
            self.assertEqual(self.files(f"from-{out}"), self.files("j"))
            self.sound(f"from-{out}")
            self.assertEqual([p.name for p in self.dir.glob("*.partial")], [])
        self.assertEqual(len(digests), 1, "equal journals have equal digests")
        self.assertEqual((self.dir / "b.tar.zst").read_bytes(), (self.dir / "b-again.tar.zst").read_bytes())
        self.assertLess((self.dir / "b.tar.zst").stat().st_size, sum(map(len, self.files("j").values())) / 2)

    def test_any_tar_opens_it(self):
        if not (shutil.which("tar") and shutil.which("zstd")):
            self.skipTest("SKIPPED: no tar or zstd program")
        self.paper("j", days=1)
        self.omega("journal", "backup", "j", "b.tar.zst")
        (self.dir / "by-hand").mkdir()
        subprocess.run("zstd -qdc b.tar.zst | tar -xf - -C by-hand", shell=True, check=True, cwd=self.dir)
        self.assertEqual(self.files("by-hand"), self.files("j"))
        self.sound("by-hand")

    def test_what_is_there_is_never_overwritten(self):
        self.paper("j", days=1)
        for out in ("b.tar.zst", "b"):
            self.omega("journal", "backup", "j", out)
            before = self.files("b") if out == "b" else (self.dir / out).read_bytes()
            self.refused(USAGE, [f"{out}: is there already"], "journal", "backup", "j", out)
            self.refused(USAGE, ["j: is there and not empty"], "journal", "restore", out, "j")
            self.assertEqual(self.files("b") if out == "b" else (self.dir / out).read_bytes(), before)
            (self.dir / f"empty-{out}").mkdir()
            self.omega("journal", "restore", out, f"empty-{out}")
            self.sound(f"empty-{out}")

    def test_every_damage_to_a_backup_is_refused_and_nothing_is_restored(self):
        """Zstandard has several encodings of the same bytes, so a rare flip (two in 12,000) damages nothing: then the
        restored files must be those of the journal, every byte."""
        self.paper("j", days=1)
        self.omega("journal", "backup", "j", "b.tar.zst")
        good = (self.dir / "b.tar.zst").read_bytes()
        damages = [good[:at] + bytes([good[at] ^ 0x20]) + good[at + 1:] for at in range(0, len(good), max(1, len(good) // 40))]
        damages += [good[:at] for at in (0, 1, 100, len(good) // 2, len(good) - 4, len(good) - 1)] + [good + b"\0", good + good]
        for n, bad in enumerate(damages):
            with self.subTest(n):
                (self.dir / "bad.tar.zst").write_bytes(bad)
                if len(bad) == len(good) and subprocess.run(self.command("journal", "restore", "bad.tar.zst", "r"), cwd=self.dir,
                                                            capture_output=True).returncode == DONE:
                    self.assertEqual(self.files("r"), self.files("j"))
                    shutil.rmtree(self.dir / "r")
                    continue
                self.refused(BAD_DATA, ["bad.tar.zst"], "journal", "restore", "bad.tar.zst", "r")
                self.assertEqual(list(self.dir.glob("r*")), [])
        self.omega("journal", "backup", "j", "b")
        for name in ("inputs/00000001.seg", "risk/watermark", "manifest.json", "backup.json"):
            for damage in ("flipped", "gone", "cut"):
                with self.subTest(name, damage=damage):
                    shutil.rmtree(self.dir / "bad", ignore_errors=True)
                    shutil.copytree(self.dir / "b", self.dir / "bad")
                    file = self.dir / "bad" / name
                    data = file.read_bytes()
                    if damage == "gone":
                        file.unlink()
                    else:
                        file.write_bytes(data[:-3] if damage == "cut" else bytes([data[0] ^ 1]) + data[1:])
                    self.refused(BAD_DATA, ["bad"], "journal", "restore", "bad", "r")
                    self.assertEqual(list(self.dir.glob("r*")), [])
        (self.dir / "b" / "evil.sh").write_text("x")
        self.refused(BAD_DATA, ["evil.sh", "does not belong"], "journal", "restore", "b", "r")
        (self.dir / "png.tar.zst").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        self.refused(BAD_DATA, ["png.tar.zst"], "journal", "restore", "png.tar.zst", "r")
        self.refused(USAGE, ["no such backup"], "journal", "restore", "nowhere.tar.zst", "r")

    def test_a_running_engine_is_copied_up_to_its_watermark_and_goes_on(self):
        engine = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=3,days=60",
                            "--speed", "x20000", "--journal", "j", "--set", "engine.journal.segment_kib=64")
        mark = self.dir / "j" / "inputs" / "watermark"
        end = time.monotonic() + 60
        copies = []
        for least in (1, 3):
            while not (mark.exists() and int.from_bytes(mark.read_bytes()[36:40], "little") >= least):
                self.assertIsNone(engine.poll())
                self.assertLess(time.monotonic(), end)
                time.sleep(0.01)
            made = self.json("journal", "backup", "j", f"b{least}.tar.zst")
            self.assertEqual(made["state"], "open")
            copies.append((f"r{least}", made))
            self.omega("journal", "restore", f"b{least}.tar.zst", f"r{least}")
        self.assertIsNone(engine.poll())
        engine.send_signal(signal.SIGINT)
        self.assertEqual(engine.wait(timeout=60), DONE)
        self.omega("journal", "check", "j")
        for name, made in copies:
            self.omega("journal", "check", name)
            inputs = next(l for l in made["lanes"] if l["lane"] == "inputs")
            self.assertGreater(inputs["last_seq"], 100)
            for lane in LANES:
                part = b"".join(p.read_bytes() for p in sorted((self.dir / name / lane).glob("*.seg")))
                whole = b"".join(p.read_bytes() for p in sorted((self.dir / "j" / lane).glob("*.seg")))
                if len(part) > 64 + END_MARK:
                    self.assertEqual(part[:-END_MARK], whole[:len(part) - END_MARK], lane)
            self.omega("journal", "rebuild", name)  # the consequences of its last inputs may lie behind a watermark
            self.sound(name)

    def test_a_damaged_journal_is_not_taken(self):
        self.paper("j", days=1)
        segment = self.dir / "j" / "inputs" / "00000001.seg"
        data = bytearray(segment.read_bytes())
        data[1000] ^= 8
        segment.write_bytes(data)
        self.refused(BAD_DATA, ["inputs: corrupt in 00000001.seg", "no backup"], "journal", "backup", "j", "b.tar.zst")
        self.assertEqual(list(self.dir.glob("b*")), [])


if __name__ == "__main__":
    main()
