package dev.lading.work;

/**
 * Message groups of an SQS FIFO queue. SQS delivers one message of a group at a time, so their number is the limit on
 * what runs at once, without one at the event source, which would keep its pollers from scaling in while idle. Groups
 * of work share them by hash: work of one group stays in order, and may wait for that of others.
 *
 * @param name with which their ids begin; those of another name do not wait for these
 * @param atOnce their number. After a change of it, work sent before and after runs side by side for once
 */
public record MessageGroups(String name, int atOnce) {
    public MessageGroups(int atOnce) {
        this("", atOnce);
    }

    /** Groups of what clients wait for, beside others of the same queue. */
    public static MessageGroups demands(int atOnce) {
        return new MessageGroups("demand-", atOnce);
    }

    public MessageGroups {
        if (atOnce < 1) {
            throw new IllegalArgumentException("nothing would run at once: " + atOnce);
        }
    }

    /** The message group of a group of work. Names that differ in their last digit alone get different ones. */
    public String of(String group) {
        return name + Math.floorMod(group.hashCode(), atOnce);
    }
}
