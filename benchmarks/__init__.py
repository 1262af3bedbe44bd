"""Benchmarks: how fast newsgrep indexes and answers, beside other engines in the same run.

`python -m benchmarks` makes a corpus and a query log, builds an index with every engine that is installed, runs the
log against each, and writes what it measured to `benchmarks/results/`. Absolute times move with the machine and with
what else runs on it: read the ratios. `python -m benchmarks extraction` measures how well pages are understood; see
`extraction`.

How it is measured, the same for every engine:

- each build, each update and each run of the log has a process of its own, pinned to `--jobs` cores while it writes;
- text bytes are the UTF-8 bytes of titles and bodies; throughput is text bytes over the time from the first article
  read to an index that can be opened;
- peak memory is the largest sum of proportional set sizes (PSS: a page shared by several processes counts once, pages
  of mapped files included) over the process and all its children, and never less than the kernel's own high-water
  mark of the process; beside it stands the part that is no file's (anonymous), which the kernel cannot take back;
- a search gives the exact total and the stored id, title, date and section of the ten best, as a list of results
  needs them; every query runs once to warm up, then up to three times, of which the median counts;
- a filter is asked of the same words as are asked without one;
- a cold command is a whole process, from its start to its end, files already in the system's cache; best and median.

Tantivy, Xapian and stock Whoosh are optional: one that cannot be imported is named and left out. Xapian's binding is
Debian's `python3-xapian`, which is found with `PYTHONPATH=/usr/lib/python3/dist-packages`.
"""
