"""What the operating system refuses is no damage: an index that may not be read or written is whole all the same."""

from __future__ import annotations

import errno

REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Numbers of system errors that say nothing about the files themselves."""
