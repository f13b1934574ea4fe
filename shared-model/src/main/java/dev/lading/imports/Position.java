package dev.lading.imports;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.history.Repository;
import java.util.List;
import java.util.Optional;

/** Where a repository of a bundle stands against its target. */
sealed interface Position {
    /** The target has all of it. */
    record Nothing() implements Position {}

    /**
     * Versions follow under their numbers.
     *
     * @param source the last that the target has, by its number in the bundle
     * @param target the same, by its number here
     */
    record Follows(long source, long target) implements Position {}

    /**
     * The newest is taken as the next one.
     *
     * @param base the version here that has what the bundle's first version was made from; 0: nothing
     */
    record Replaces(long base) implements Position {}

    /**
     * Finds it out.
     *
     * @param head of the target
     * @param last import of the same repository into this target
     * @param numbers of the versions in the bundle
     * @throws BundleRefused if it cannot be imported there as is asked
     */
    static Position of(
            Repository head, Optional<LastImport> last, OfRepository from, List<Long> numbers, boolean asNewVersion) {
        boolean isAsImported =
                last.filter(each -> each.targetVersion() == head.version()).isPresent();
        if (isAsImported && last.get().sourceVersion() == from.to()) {
            return new Nothing();
        }
        if (asNewVersion) {
            return new Replaces(base(last, from));
        }
        if (isAsImported) {
            return follows(head, last.get(), from, numbers);
        }
        String name = head.settings().name();
        if (head.version() > 0 || last.isPresent()) {
            throw new BundleRefused("repository '" + name + "' has version " + head.version()
                    + ", which was not imported from '" + from.name()
                    + "'; import into another repository, or the newest version alone as a new one");
        }
        if (from.from().orElse(0L) > 0) {
            throw new BundleRefused("the bundle has of '" + from.name() + "' what follows version "
                    + from.from().get() + ", and repository '" + name + "' has nothing of it; import what came before");
        }
        requireFree(head, numbers, 0);
        return new Follows(0, 0);
    }

    private static Position follows(Repository head, LastImport last, OfRepository from, List<Long> numbers) {
        String name = head.settings().name();
        long source = last.sourceVersion();
        if (from.to() < source) {
            throw new BundleRefused("the bundle has '" + from.name() + "' up to version " + from.to()
                    + ", and repository '" + name + "' has version " + source
                    + " of it; to go back, import the newest version alone as a new one");
        }
        if (from.from().orElse(0L) != source && !numbers.contains(source)) {
            throw new BundleRefused("the bundle has of '" + from.name() + "' nothing that follows version " + source
                    + ", which repository '" + name + "' has; export from that version,"
                    + " or import the newest version alone as a new one");
        }
        requireFree(head, numbers, source);
        return new Follows(source, last.targetVersion());
    }

    private static void requireFree(Repository head, List<Long> numbers, long source) {
        numbers.stream()
                .filter(number -> number > source && number <= head.last())
                .findFirst()
                .ifPresent(number -> {
                    throw new BundleRefused("repository '" + head.settings().name() + "' has given out the number "
                            + number + "; import the newest version alone as a new one");
                });
    }

    private static long base(Optional<LastImport> last, OfRepository from) {
        long needed = from.from().orElse(0L);
        if (needed == 0) {
            return 0;
        }
        return last.filter(each -> each.sourceVersion() == needed)
                .map(LastImport::targetVersion)
                .orElseThrow(() -> new BundleRefused("the bundle has of '" + from.name() + "' what follows version "
                        + needed + ", which is not what was last imported here; import a whole one"));
    }
}
