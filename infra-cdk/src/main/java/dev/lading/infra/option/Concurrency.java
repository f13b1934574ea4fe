package dev.lading.infra.option;

import java.util.Optional;

/**
 * How many functions run at once. Pulls run beside tasks and copies, which therefore get at most half of what the
 * account has.
 *
 * @param account concurrent executions that the account leaves to Lading; empty: unknown
 * @param tasksAtOnce in other words, message groups of their queue
 * @param copiesAtOnce the same for blobs to copy
 * @param reservedPulls executions that are the registry function's own, and its limit, too; empty: none
 */
public record Concurrency(
        Optional<Integer> account, int tasksAtOnce, int copiesAtOnce, Optional<Integer> reservedPulls) {
    /** Context option with the account's concurrency, which {@code make deploy} looks up. */
    public static final String ACCOUNT = "accountConcurrency";

    /** What Lambda wants to stay unreserved. Source: AWS Lambda, "Configuring reserved concurrency for a function". */
    private static final int UNRESERVED = 100;

    private static final int TASKS = 20;
    private static final int COPIES = 50;
    private static final int MOST_AT_ONCE = 1000;
    /** One task, one copy of a sync, one for a pull that waits, and one pull. */
    private static final int LEAST_ACCOUNT = 4;

    private static final int MOST_ACCOUNT = 1_000_000;

    static Concurrency parse(ContextOptions given) {
        Optional<Integer> account =
                given.text(ACCOUNT).map(text -> given.number(ACCOUNT, LEAST_ACCOUNT, MOST_ACCOUNT, 0));
        int tasks = given.number(
                "tasksAtOnce",
                1,
                MOST_AT_ONCE,
                account.map(a -> share(a, 20, TASKS)).orElse(TASKS));
        int copies = given.number(
                "copiesAtOnce",
                1,
                MOST_AT_ONCE,
                account.map(a -> share(a, 20, COPIES)).orElse(COPIES));
        int half = account.filter(a -> a >= 2 * UNRESERVED).map(a -> a / 2).orElse(0);
        int reserved = given.number("reservedPulls", 0, MOST_ACCOUNT, half);
        account.ifPresent(a -> require(a, tasks, copies, reserved));
        return new Concurrency(account, tasks, copies, Optional.of(reserved).filter(r -> r > 0));
    }

    private static int share(int account, int percent, int most) {
        return Math.clamp((long) account * percent / 100, 1, most);
    }

    private static void require(int account, int tasks, int copies, int reserved) {
        if (reserved > 0 && account - reserved < UNRESERVED) {
            throw new OptionInvalid(
                    "reservedPulls must leave %d of the account's %d concurrent executions unreserved, not %d."
                            .formatted(UNRESERVED, account, account - reserved));
        }
        int all = tasks + copies + demands(copies);
        if (all >= account - reserved) {
            throw new OptionInvalid(
                    "tasksAtOnce, copiesAtOnce and half of that again must together be less than the %d concurrent executions that are there for them, not %d."
                            .formatted(account - reserved, all));
        }
    }

    /** Large blobs that are fetched at once since clients wait for them, beside the copies of syncs. */
    public int demandsAtOnce() {
        return demands(copiesAtOnce);
    }

    private static int demands(int copies) {
        return (copies + 1) / 2;
    }

    /** What was decided for the account, a sentence; empty: nothing is known of it. */
    public Optional<String> decision() {
        return account.map(a ->
                "The account leaves %d concurrent executions to Lading: up to %d tasks run, %d blobs are copied and %d that pulls wait for, at once, and %s."
                        .formatted(
                                a,
                                tasksAtOnce,
                                copiesAtOnce,
                                demandsAtOnce(),
                                reservedPulls
                                        .map(r -> r + " are reserved for pulls")
                                        .orElse("none is reserved for pulls, which have the rest")));
    }
}
