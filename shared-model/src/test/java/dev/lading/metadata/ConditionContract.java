package dev.lading.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of write under every condition, alone and beside another write. */
public abstract class ConditionContract {
    private static final Note BESIDE = Note.of("shelf", "beside");

    protected abstract MetadataStore store();

    @ParameterizedTest(name = "{0} if {1} when the record is {2}: {3}")
    @CsvSource({
        "put,    anything,  absent,  applied",
        "put,    anything,  present, applied",
        "put,    absent,    absent,  applied",
        "put,    absent,    present, refused",
        "put,    present,   absent,  refused",
        "put,    present,   present, applied",
        "put,    present,   changed, applied",
        "put,    unchanged, absent,  refused",
        "put,    unchanged, present, applied",
        "put,    unchanged, changed, refused",
        "delete, anything,  absent,  applied",
        "delete, anything,  present, applied",
        "delete, absent,    absent,  applied",
        "delete, absent,    present, refused",
        "delete, present,   absent,  refused",
        "delete, present,   present, applied",
        "delete, unchanged, absent,  refused",
        "delete, unchanged, present, applied",
        "delete, unchanged, changed, refused",
        "check,  absent,    absent,  applied",
        "check,  absent,    present, refused",
        "check,  present,   absent,  refused",
        "check,  present,   changed, applied",
        "check,  unchanged, absent,  refused",
        "check,  unchanged, present, applied",
        "check,  unchanged, changed, refused",
    })
    void conditions(String kind, String condition, String stored, String outcome) {
        Note read = new Note("shelf", "title", "as read", 4);
        boolean applied = outcome.equals("applied");

        store(read, stored);
        assertThat(store().write(write(kind, condition, read))).isEqualTo(applied);
        check(kind, stored, applied, read);

        store().write(Write.delete(Note.TABLE, read));
        store(read, stored);
        assertThat(store().write(Write.put(Note.TABLE, BESIDE), write(kind, condition, read)))
                .isEqualTo(applied);
        check(kind, stored, applied, read);
        assertThat(store().get(Note.TABLE, BESIDE.key()).isPresent()).isEqualTo(applied);
    }

    private void store(Note read, String stored) {
        switch (stored) {
            case "present" -> store().write(Write.put(Note.TABLE, read));
            case "changed" -> store().write(Write.put(Note.TABLE, read.revised("by somebody else")));
            default -> {}
        }
    }

    private static Write write(String kind, String condition, Note read) {
        Condition when = switch (condition) {
            case "absent" -> Condition.absent();
            case "present" -> Condition.present();
            case "unchanged" -> Condition.unchanged(read);
            default -> Condition.anything();
        };
        return switch (kind) {
            case "put" -> Write.put(Note.TABLE, read.revised("by us"), when);
            case "delete" -> new Write.Delete(Note.TABLE, read.key(), when);
            default -> new Write.Check(Note.TABLE, read.key(), when);
        };
    }

    private void check(String kind, String stored, boolean applied, Note read) {
        var found = store().get(Note.TABLE, read.key()).map(Note::text);
        if (applied && kind.equals("put")) {
            assertThat(found).contains("by us");
        } else if (stored.equals("absent") || (applied && kind.equals("delete"))) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).contains(stored.equals("changed") ? "by somebody else" : "as read");
        }
    }
}
