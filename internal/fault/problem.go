package fault

import "errors"

// Details is an RFC 9457 problem, to be sent as application/problem+json.
type Details struct {
	Type   string  `json:"type"` // "urn:keepwell:problem:" and the kind
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"` // what happened and where
	Fix    string  `json:"fix,omitempty"`
	Errors []Field `json:"errors,omitempty"`
}

// Problem is what somebody outside may read about err. It never holds the text of a cause, and for
// Internal it holds nothing of err at all.
func Problem(err error) Details {
	k := KindOf(err)
	d := Details{Type: "urn:keepwell:problem:" + k.String(), Title: kinds[k].title, Status: HTTPStatus(k)}
	var e *Error
	if !errors.As(err, &e) || k == Internal {
		if k == Internal {
			d.Fix = "try again; if it stays, the server's log says more"
		}
		return d
	}
	d.Detail, d.Fix, d.Errors = e.What, e.Fix, e.Fields
	if e.Where != "" && k != Unavailable {
		d.Detail += " (" + e.Where + ")"
	}
	return d
}
