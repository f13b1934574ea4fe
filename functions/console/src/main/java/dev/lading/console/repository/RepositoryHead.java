package dev.lading.console.repository;

import dev.lading.console.Some;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.oci.RepositoryName;
import java.util.List;
import java.util.Map;

/**
 * A repository as one caller sees it.
 *
 * @param view what is shown of its tags; the newest version, but to those who see only what a public name serves
 * @param names where they may pull it
 * @param views whether they see its versions
 * @param modifies whether they may change what it holds
 * @param deletes whether they may delete versions
 */
public record RepositoryHead(
        Repository repository,
        RepositoryView view,
        List<RepositoryName> names,
        boolean views,
        boolean modifies,
        boolean deletes) {
    private static final int LABELS = 20;
    private static final int LABEL_CHARS = 200;

    /** Its path below {@code /ui}. */
    public String path() {
        return "/repositories/" + repository.id() + "/";
    }

    public String name() {
        return repository.settings().name();
    }

    /** Where commands pull it; its own name, if it is pulled nowhere. */
    public String pulledAt() {
        return names.isEmpty() ? name() : names.getFirst().value();
    }

    public Some<String> labels() {
        return Some.of(List.copyOf(repository.settings().labels().values().entrySet()), LABELS)
                .map(RepositoryHead::label);
    }

    private static String label(Map.Entry<String, String> label) {
        String text = label.getValue() == null || label.getValue().isEmpty()
                ? label.getKey()
                : label.getKey() + "=" + label.getValue();
        return Some.text(text, LABEL_CHARS);
    }
}
