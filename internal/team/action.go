package team

import "slices"

// Action is something that is done with Keepwell, as far as rights tell it apart. Every page, every operation of the API
// and every command names the one it needs.
type Action string

// The actions. Ingest, Read and Admin are also the scopes of API keys; Admin includes every other action.
const (
	Own     Action = "own"     // look after oneself: name, password, passkeys, sessions
	Read    Action = "read"    // see numbers, accounts and lists, within one's accounts
	Work    Action = "work"    // notes, tasks and whatever else is done with an account
	Arrange Action = "arrange" // segments, dashboards and targets that others see too
	Watch   Action = "watch"   // see what arrives and what was refused: raw facts of all accounts
	Mend    Action = "mend"    // mend and replay what was refused
	Ingest  Action = "ingest"  // send facts
	People  Action = "people"  // users, roles and their sessions
	Keyring Action = "keys"    // API keys
	Trail   Action = "trail"   // the audit trail
	Admin   Action = "admin"   // run the installation: settings, backups, checks
)

// Actions are all actions.
var Actions = []Action{Own, Read, Work, Arrange, Watch, Mend, Ingest, People, Keyring, Trail, Admin}

// Role is what somebody does in the team.
type Role string

const (
	RoleAdmin   Role = "admin"
	RoleManager Role = "manager"
	RoleCSM     Role = "csm"
	RoleSupport Role = "support"
	RoleViewer  Role = "viewer"
)

// Roles are all roles, the one that may most first.
var Roles = []Role{RoleAdmin, RoleManager, RoleCSM, RoleSupport, RoleViewer}

// may is the table of roles: what each may do. RoleAdmin may do everything.
var may = map[Role][]Action{
	RoleAdmin:   Actions,
	RoleManager: {Own, Read, Work, Arrange, Watch, Mend, Ingest},
	RoleCSM:     {Own, Read, Work, Arrange, Watch},
	RoleSupport: {Own, Read, Work, Watch, Mend},
	RoleViewer:  {Own, Read, Watch},
}

// everybodys are the actions that can't be held to some accounts: whoever sees only the own book may not do them.
var everybodys = []Action{Watch, Mend, Ingest, People, Keyring, Trail, Admin}

// Allows tells what the table says of a role.
func (r Role) Allows(a Action) bool { return slices.Contains(may[r], a) }

// Known tells whether there is such a role.
func (r Role) Known() bool { return slices.Contains(Roles, r) }
