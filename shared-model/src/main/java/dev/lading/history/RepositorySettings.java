package dev.lading.history;

import dev.lading.account.PrincipalId;
import dev.lading.account.Sponsor;
import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.remote.RemoteId;
import dev.lading.schedule.SyncSchedule;
import java.util.Optional;

/**
 * The settings that an administrator gives a repository.
 *
 * @param name unique among repositories; not what it is pulled at
 * @param retainVersions how many versions to keep, at least 1; empty: all
 * @param remote default source of syncs
 * @param schedule of automatic syncs; only with a remote
 * @param sponsor who last set the remote or the schedule; empty: nobody, or an earlier build, which did not store it
 */
public record RepositorySettings(
        String name,
        Optional<String> description,
        Labels labels,
        Optional<Integer> retainVersions,
        Optional<RemoteId> remote,
        Optional<SyncSchedule> schedule,
        Optional<Sponsor> sponsor) {
    /** Limit on texts, since each push reads and writes them again. */
    public static final int MAX_TEXT = 255;

    public static final int MAX_DESCRIPTION = 4096;

    /** A repository keeps its newest version whatever is let go. */
    public static final int LEAST_RETAINED = 1;

    public RepositorySettings {
        requireName(name);
        labels = labels == null ? Labels.NONE : labels;
        requireDescription(description, labels);
        if (retainVersions.isPresent() && retainVersions.get() < LEAST_RETAINED) {
            throw new FieldInvalid(
                    "retain_repo_versions", "Ensure this value is greater than or equal to " + LEAST_RETAINED + ".");
        }
        if (schedule.isPresent() && remote.isEmpty()) {
            throw new FieldInvalid(SyncSchedule.FIELD, "a schedule needs a remote to sync from");
        }
    }

    public static RepositorySettings named(String name) {
        return new RepositorySettings(
                name,
                Optional.empty(),
                Labels.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** These settings as somebody made them of others, whom they sponsor if they say anew what is synced. */
    public RepositorySettings by(Optional<PrincipalId> caller, Optional<RepositorySettings> before) {
        boolean kept = remote.equals(before.flatMap(RepositorySettings::remote))
                && schedule.equals(before.flatMap(RepositorySettings::schedule));
        Optional<Sponsor> now = kept ? before.flatMap(RepositorySettings::sponsor) : Optional.of(new Sponsor(caller));
        return new RepositorySettings(name, description, labels, retainVersions, remote, schedule, now);
    }

    public RepositorySettings labelled(Labels changed) {
        return with(changed, retainVersions, remote, schedule);
    }

    /** @param versions how many to keep; empty: all */
    public RepositorySettings retaining(Optional<Integer> versions) {
        return with(labels, versions, remote, schedule);
    }

    /** These settings without a remote and its schedule. */
    public RepositorySettings withoutRemote() {
        return with(labels, retainVersions, Optional.empty(), Optional.empty());
    }

    private RepositorySettings with(
            Labels newLabels,
            Optional<Integer> newRetainVersions,
            Optional<RemoteId> newRemote,
            Optional<SyncSchedule> newSchedule) {
        return new RepositorySettings(name, description, newLabels, newRetainVersions, newRemote, newSchedule, sponsor);
    }

    public static void requireName(String name) {
        if (name.isBlank() || name.length() > MAX_TEXT || name.chars().anyMatch(Character::isISOControl)) {
            throw new FieldInvalid(
                    "name", "Use 1 to " + MAX_TEXT + " characters that are not all blank, without line breaks.");
        }
    }

    public static void requireDescription(Optional<String> description, Labels labels) {
        if (description.filter(text -> text.length() > MAX_DESCRIPTION).isPresent()) {
            throw new FieldInvalid("description", "Use at most " + MAX_DESCRIPTION + " characters.");
        }
        long length = labels.values().entrySet().stream()
                .mapToLong(label -> label.getKey().length()
                        + (label.getValue() == null ? 0 : label.getValue().length()))
                .sum();
        if (length > MAX_DESCRIPTION) {
            throw new FieldInvalid("pulp_labels", "Use at most " + MAX_DESCRIPTION + " characters in all.");
        }
    }
}
