package dev.lading.console;

import java.time.Instant;

/**
 * What every page shows around its own content.
 *
 * @param ui path below which all pages are
 * @param section of the navigation that it is in
 * @param who logged in; empty: nobody did
 * @param formToken what each change is sent with
 * @param here its own path and query, to come back to
 * @param host as clients name the registry
 * @param origin its address, with the scheme
 */
public record Frame(
        String ui,
        String title,
        Section section,
        String who,
        boolean administrator,
        String formToken,
        String here,
        String host,
        String origin,
        Instant now) {
    /** Parts of the console. */
    public enum Section {
        HOME,
        REPOSITORIES,
        MIRRORS,
        DISTRIBUTIONS,
        TASKS,
        ACCESS,
        STATUS,
        NONE
    }

    /** Not named "is", which Qute takes for its operator. */
    public boolean shows(String name) {
        return section.name().equals(name);
    }

    /** Whether it has a link to the login, which the login has not. */
    public boolean offersLogin() {
        return who.isEmpty() && section != Section.NONE;
    }

    /**
     * Where the registry's APIs are, for commands: without a scheme, curl would send a password by plain HTTP first.
     */
    public String root() {
        return origin + ui.substring(0, ui.length() - ConsolePath.ROOT.length());
    }

    /** Address of a file that pages load, which changes with the file. */
    public String asset(String name) {
        return ui + Assets.path(name);
    }
}
