/** What the account allows, looked up before a deployment. */
@NullMarked
package dev.lading.infra.account;

import org.jspecify.annotations.NullMarked;
