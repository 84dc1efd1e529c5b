package main

import (
	_ "embed"
	"fmt"
)

var (
	//go:embed watch/dashboard.json
	dashboardJSON []byte
	//go:embed watch/alerts.yaml
	alertsYAML []byte
)

// watchCommand prints what one needs to watch a front desk.
type watchCommand struct {
	Dashboard watchDashboardCommand `cmd:"" help:"Print a dashboard for Grafana."`
	Alerts    watchAlertsCommand    `cmd:"" help:"Print alert rules for Prometheus."`
}

// watchDashboardCommand prints the dashboard.
type watchDashboardCommand struct{}

// Help is shown by --help.
func (*watchDashboardCommand) Help() string {
	return `Every metric that frontdesk serve exports is on it. Import it in Grafana and choose a Prometheus there.

Examples:

    frontdesk watch dashboard > frontdesk.json`
}

// Run prints.
func (*watchDashboardCommand) Run(out *console) error { return writeFile(out, dashboardJSON) }

// watchAlertsCommand prints the alert rules.
type watchAlertsCommand struct{}

// Help is shown by --help.
func (*watchAlertsCommand) Help() string {
	return `severity "page": somebody looks now, day or night; "ticket": somebody looks today.

Examples:

    frontdesk watch alerts > /etc/prometheus/frontdesk.yaml
    frontdesk watch alerts | promtool check rules /dev/stdin`
}

// Run prints.
func (*watchAlertsCommand) Run(out *console) error { return writeFile(out, alertsYAML) }

func writeFile(out *console, file []byte) error {
	if _, err := out.out.Write(file); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
