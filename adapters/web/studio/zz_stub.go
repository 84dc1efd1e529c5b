package studio
import "net/http"
func (s *Studio) addStep(w http.ResponseWriter, r *http.Request) {}
func (s *Studio) changeStep(w http.ResponseWriter, r *http.Request) {}
