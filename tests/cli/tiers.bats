#!/usr/bin/env bats
# Policies with tiers by name, where they live, and why a backup stays.
load tool

setup() {
	tool_setup
}
