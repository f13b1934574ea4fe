package dev.lading.repository;

import dev.lading.metadata.Write;
import java.util.ArrayList;
import java.util.List;

/** What a push or a delete does to a repository: rows of the next version, and writes that go with them. */
public final class Changes {
    private final List<Content> rows = new ArrayList<>();
    private final List<Write> alongside = new ArrayList<>();

    public Changes add(Content row) {
        rows.add(row);
        return this;
    }

    /** A write that makes no version by itself but happens only if the rest does. */
    public Changes with(Write write) {
        alongside.add(write);
        return this;
    }

    List<Content> rows() {
        return rows;
    }

    List<Write> alongside() {
        return alongside;
    }

    /** Decides what to change, given the newest version. May run several times; stores nothing itself. */
    @FunctionalInterface
    public interface Decision {
        Changes changes(RepositoryView newest);
    }
}
