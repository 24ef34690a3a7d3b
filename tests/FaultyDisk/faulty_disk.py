#!/usr/bin/env python3
"""A file system that shows a folder and fails on command.

usage: faulty_disk.py FOLDER MOUNT RULES HITS

RULES is a file that may be replaced at any moment, one rule a line; the first that fits holds:

    OPERATIONS PATTERN EFFECT [SKIP]

OPERATIONS  names of FUSE operations, joined by commas; 'change' is all that change the disk, '*' is all
PATTERN     of the path from the mount, such as targets/*.gal ('*' also takes slashes); of reads and writes also of PATH@OFFSET
EFFECT      a name of errno (EIO, ENOSPC), 'stall' as long as the rule stands, or 'note'; EIO-once fails one operation
SKIP        so many fitting operations pass first

Each operation that met a rule is a line of HITS: OPERATION PATH EFFECT. File contents are not cached, so that every read
and write of a program comes here. It ends when its standard input does.
"""
import errno
import fnmatch
import os
import subprocess
import sys
import threading
import time

try:
    import fusepy as fuse
except ImportError:
    import fuse

CHANGE = {"write", "create", "truncate", "fsync", "fsyncdir", "rename", "link", "unlink", "mkdir", "rmdir", "chmod"}
STATUS = ("st_atime_ns", "st_ctime_ns", "st_gid", "st_ino", "st_mode", "st_mtime_ns", "st_nlink", "st_size", "st_uid")


class Rules:
    """The rules that stand now. Any thread."""

    def __init__(self, path, hits):
        self.path, self.lock, self.stamp, self.rules = path, threading.Lock(), None, []
        self.hits = open(hits, "a", buffering=1)

    def meet(self, operation, path, arguments):
        name = path.lstrip("/") or "."
        place = f"{name}@{arguments[1]}" if operation in ("read", "write") else name
        with self.lock:
            rule = self._find(operation, name, place)
            if rule is None:
                return
            stamp, effect = self.stamp, rule[2]
            if effect.endswith("-once"):
                effect, rule[2] = effect.removesuffix("-once"), "note"
            self.hits.write(f"{operation} {place} {effect}\n")
        if effect == "stall":
            while True:
                with self.lock:
                    self._load()
                    if self.stamp != stamp:
                        return
                time.sleep(0.01)
        elif effect != "note":
            raise fuse.FuseOSError(getattr(errno, effect))

    def _find(self, operation, name, place):
        self._load()
        for rule in self.rules:
            operations, pattern, _, skip = rule
            if operation not in operations and "*" not in operations:
                continue
            if not fnmatch.fnmatchcase(name, pattern) and not fnmatch.fnmatchcase(place, pattern):
                continue
            if skip == 0:
                return rule
            rule[3] -= 1
            return None
        return None

    def _load(self):
        status = os.stat(self.path)
        if self.stamp == (status.st_ino, status.st_mtime_ns):
            return
        self.stamp, self.rules = (status.st_ino, status.st_mtime_ns), []
        with open(self.path) as lines:
            for operations, pattern, effect, *skip in (line.split() for line in lines if line.strip()):
                names = set().union(*(CHANGE if one == "change" else {one} for one in operations.split(",")))
                self.rules.append([names, pattern, effect, int(skip[0]) if skip else 0])


class FaultyDisk(fuse.Operations):
    """The folder, each operation held against the rules before it is done."""

    use_ns = True

    def __init__(self, folder, rules):
        self.folder, self.rules = folder, rules

    def __call__(self, operation, path, *arguments):
        if operation not in ("init", "destroy", "release", "flush", "opendir", "releasedir", "getxattr"):
            self.rules.meet(operation, path, arguments)
        return getattr(self, operation)(path, *arguments)

    def at(self, path):
        return self.folder + path

    def open_as(self, path, flags, mode, info):
        info.fh = os.open(self.at(path), flags, mode)
        # SQLite maps this one, which is memory of its processes and no part of the disk.
        info.direct_io = not path.endswith("-shm")
        return 0

    def getattr(self, path, info=None):
        status = os.lstat(self.at(path))
        found = {name[:-3] if name.endswith("_ns") else name: getattr(status, name) for name in STATUS}
        return {**found, "st_blocks": status.st_blocks}

    def readdir(self, path, info):
        return [".", "..", *os.listdir(self.at(path))]

    def statfs(self, path):
        status = os.statvfs(self.at(path))
        return {name: getattr(status, name) for name in dir(status) if name.startswith("f_") and name != "f_fsid"}

    def open(self, path, info):
        # Opening does not create or truncate here: the kernel asks for that apart. Append is the kernel's too.
        return self.open_as(path, info.flags & ~(os.O_CREAT | os.O_EXCL | os.O_APPEND), 0, info)

    def create(self, path, mode, info):
        return self.open_as(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode, info)

    def read(self, path, size, offset, info):
        return os.pread(info.fh, size, offset)

    def write(self, path, data, offset, info):
        return os.pwrite(info.fh, data, offset)

    def truncate(self, path, length, info=None):
        os.truncate(self.at(path), length)

    def fsync(self, path, is_data, info):
        return 0

    def fsyncdir(self, path, is_data, info):
        return 0

    def flush(self, path, info):
        return 0

    def release(self, path, info):
        os.close(info.fh)
        return 0

    def rename(self, old, new):
        os.rename(self.at(old), self.at(new))

    def link(self, target, source):
        os.link(self.at(source), self.at(target))

    def unlink(self, path):
        os.unlink(self.at(path))

    def mkdir(self, path, mode):
        os.mkdir(self.at(path), mode)

    def rmdir(self, path):
        os.rmdir(self.at(path))

    def chmod(self, path, mode):
        os.chmod(self.at(path), mode)

    def utimens(self, path, times=None):
        os.utime(self.at(path), ns=times) if times else os.utime(self.at(path))


def end_with(mount):
    sys.stdin.read()
    subprocess.run(["fusermount3", "-u", "-z", mount], check=False)

    # Whoever still has a file open is not waited for.
    os._exit(0)


def main():
    folder, mount, rules, hits = sys.argv[1:]
    threading.Thread(target=end_with, args=(mount,), daemon=True).start()
    fuse.FUSE(
        FaultyDisk(os.path.realpath(folder), Rules(rules, hits)), mount, raw_fi=True, foreground=True, big_writes=True,
        attr_timeout=0, entry_timeout=0, negative_timeout=0)


if __name__ == "__main__":
    main()
