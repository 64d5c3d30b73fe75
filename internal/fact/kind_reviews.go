package fact

import (
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Reviews are reviews on third-party sites.
var Reviews = register(Kind{
	Name: "reviews", Tag: 20,
	Label: i18n.Text{EN: "Reviews", ES: "Reseñas", RO: "Recenzii", RU: "Отзывы"},
	Columns: []Column{
		{Name: "source", Tag: 1},
		{Name: "rating", Tag: 2, Type: Number, Min: 0, Max: 1000, Required: true},
		{Name: "scale_max", Tag: 3, Type: Number, Min: 1, Max: 1000},
		{Name: "text", Tag: 4, MaxBytes: 1 << 20, Personal: true},
		{Name: "author", Tag: 5, Personal: true},
		{Name: "locale", Tag: 6},
	},
	Check: checkReview,
})

func checkReview(f *Fact, _ *time.Location) *Refusal {
	if f.Get("scale_max").State != Present {
		f.Set("scale_max", NumValue(5))
	}
	if f.Get("rating").Num > f.Get("scale_max").Num {
		return refuse("rating", "%g lies above scale_max %g", f.Get("rating").Num, f.Get("scale_max").Num)
	}
	return nil
}
