package dev.lading.metadata;

/** A part of an all-or-nothing {@link MetadataStore#write}. */
public sealed interface Write {
    Table<?> table();

    Key key();

    Condition condition();

    record Put<R>(Table<R> table, R record, Condition condition) implements Write {
        @Override
        public Key key() {
            return table.keyOf().apply(record);
        }
    }

    record Delete(Table<?> table, Key key, Condition condition) implements Write {}

    record Check(Table<?> table, Key key, Condition condition) implements Write {}

    static <R> Write put(Table<R> table, R record) {
        return new Put<>(table, record, Condition.anything());
    }

    static <R> Write put(Table<R> table, R record, Condition condition) {
        return new Put<>(table, record, condition);
    }

    static <R> Write delete(Table<R> table, R record) {
        return new Delete(table, table.keyOf().apply(record), Condition.anything());
    }

    static <R extends Revised> Write deleteUnchanged(Table<R> table, R read) {
        return new Delete(table, table.keyOf().apply(read), Condition.unchanged(read));
    }

    static <R extends Revised> Write checkUnchanged(Table<R> table, R read) {
        return new Check(table, table.keyOf().apply(read), Condition.unchanged(read));
    }
}
