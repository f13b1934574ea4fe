package dev.lading.history;

/** Decides what to change, given the newest version. Must be repeatable; stores nothing itself. */
@FunctionalInterface
public interface CommitFunction {
    Changes changes(RepositoryView newest);
}
