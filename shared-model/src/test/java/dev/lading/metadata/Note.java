package dev.lading.metadata;

/** A record for tests. */
record Note(String shelf, String title, String text, long revision) implements Revised {
    static final Table<Note> TABLE = new Table<>("note", Note.class, n -> new Key(n.shelf(), n.title()));

    static Note of(String shelf, String title) {
        return new Note(shelf, title, "text of " + title, 0);
    }

    Note revised(String newText) {
        return new Note(shelf, title, newText, revision + 1);
    }

    Key key() {
        return TABLE.keyOf().apply(this);
    }
}
