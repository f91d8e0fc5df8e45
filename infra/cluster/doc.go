// Package cluster has tests only: ./task test:cluster deploys Nudge to the cluster that
// kubectl points at, uses it as people do, and prints how it fares there: cold starts,
// idling, reminders, queues, killed pods, deployments under load.
package cluster
