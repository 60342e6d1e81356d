"""The benchmark: the product on both databases beside a bare Flask view, in the same run."""
