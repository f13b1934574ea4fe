package dev.lading.console.access;

import java.util.Map;

/** What pages say after a change, by the code that their address then has. Nothing of an address is shown itself. */
public final class Done {
    private static final Map<String, String> SENTENCES = Map.ofEntries(
            Map.entry("made", "Made."),
            Map.entry("saved", "Saved."),
            Map.entry("deleted", "Deleted."),
            Map.entry("password", "The password was changed. What was logged in by the old one has ended."),
            Map.entry("activated", "The user may log in again."),
            Map.entry("deactivated", "The user may no longer log in, and their tokens have ended."),
            Map.entry("given", "The role was given. It counts from the next token."),
            Map.entry("taken", "The role was taken, and the tokens that it counted in have ended."),
            Map.entry("added", "The user was put in the group."),
            Map.entry("removed", "The user was taken out of the group, and their tokens have ended."),
            Map.entry("ended", "The secret counts no longer, and the robot's tokens have ended."));

    private Done() {}

    /** Empty for a code that no page of ours sends. */
    public static String sentence(String code) {
        return SENTENCES.getOrDefault(code, "");
    }
}
