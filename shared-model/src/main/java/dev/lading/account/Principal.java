package dev.lading.account;

import dev.lading.metadata.Revised;

/** Whoever is given roles: a user, a robot or a group. */
public sealed interface Principal extends Revised permits Account, Group {
    PrincipalId id();

    /** The name as the API shows it, which no other of the same kind has. */
    String title();

    /** A number that grows whenever rights or credentials are taken away; tokens of an earlier one end. */
    long epoch();
}
